"""The most frequent Vietnamese syllables: nine of ten syllables of a text.

They decide between encodings that give well-formed syllables alike: ``tờ`` and ``tẹ``. Source:
counts over the paragraphs of the Vietnamese Wikipedia.
"""

from typing import Final

_LIST: Final = """
và của là các một có được trong năm người với thành đã cho những quốc ở từ vào không chính này
công sự tại khi nam đến số như đầu thể đó ra về dân trung để nước quân sau nhà thế gia trên nhất
tháng nhiều bị cũng đại ngày theo thời ông học đồng hội lại việt hiện do pháp việc bộ quan chiến
phát khác kỳ động chỉ định làm chủ nhân thống lập bản anh lớn quyền sử liên giáo giới hành hơn
hai cách tế còn cao độ cuộc tây dụng hình họ tự văn bắc tiếng đông hoa phần trường kinh nhưng
bằng lý phải thứ lượng sản cùng địa cả thực thường châu hệ xuất khu hợp trị thuộc tiên chức viên
tính trước lực giải nó cơ đối cộng mà vị phố nguyên thông điều hàng phía vùng trở tổng hóa kết
tên đường hay loại gọi con minh đội sinh rằng tiếp đất phủ tranh qua nhận gồm mỹ bình tới vì xã
tỉnh thì thị phương trình nhiên tạo sẽ nghĩa thủ ban vực mới hòa đạo khoảng triển lên đây tổ
hoặc toàn cấp bắt vụ tư mặt thức nhật chế hoàng nghiệp giữa điểm bởi cầu tác vật đảo phân đi rất
truyền ngoài nay nên bảo thái ba đánh trọng tăng đặc biệt bao ý đề lần tuy viện dùng nội hà đổi
kỷ sĩ vẫn đức tiến năng chúng lãnh mình cổ nhau trận điện thiết máy tiền tử lịch tài giá tập tâm
âm đô chất triều tích gian cuối đảng phong sông thuật tộc ảnh ngữ vương đế tương chuyển thay hải
dịch sách nơi hiệu tiêu thanh nói yếu luật sống dưới giao nhạc biển vua biến diễn triệu diện gần
đình an chiếm sở bên tham đều thương tin hiệp dương quyết âu miền tình đoàn hoạt đá thu cử đấu
rộng phẩm bóng nền bang dù phục lưu danh kế khí ứng nổi nhóm đang nghị nghệ dài nhập nằm thấy
trưởng dựng xây nguyễn bán dẫn bố dự hồ bất thiên bỏ đặt trí viết thổ kiến nhiệm vũ báo mạnh
phòng lệ tục thần cư kim hậu độc ta di quy sơn đa tướng quả đơn nguồn biểu cứu chung huyện mang
hoàn nào nhỏ đời nữ mở hưởng cung đưa thắng tiểu mỗi chương chống chí phụ quá chữ tấn ngoại liệu
lợi mùa giữ la biết ngôn phi tất mục hạ thi phổ trang hộ từng ký sát sáng bay kể dạng cần trợ
mạng vận tôn tỷ vô niên tàu bầu vấn phản tuyên binh mặc hướng đạt lúc chia khai quản lan tinh
duy án ấn hạn ước tượng vậy mã lục thư cái thêm sang sân đoạn đóng núi ít du hữu long vệ khoa đồ
kiện phép hồi gây nha nông thân thập xem hầu biên nếu nghiên lạc ty so hết giảm dục trực tìm tay
mức cá lễ thuyết tuổi riêng ca xác hán bài màu đài tưởng thủy chi câu cải bà the hạt sắc huy ăn
phá chưa thích vi tố á mô cảnh giả quảng mất chuẩn bại giai phim giờ sức vàng loài giúp quần trò
đứng kiểm giành thuận khẩu lấy cố phạm ghi giang thất vòng nhiệt áp giống chứng yêu ninh khỏi
trần nhằm khiến khả xe gốc mọi bệnh nga ngành quận chấp tân thượng chọn khách bàn chết lê tông
tuyến hiến môn mại dụ vai ngôi coi thấp chuyên cây dòng đào lệnh tốt xô lĩnh phóng tín ủy tồn
vài tức cực địch kỹ nhanh luận ngay trái song đáng dựa trẻ muốn chơi nữa phiên thúc lớp a chiếc
cảm chịu lộ xếp cửa tịch cứ lời doanh lâu xuống sư ngân chúa hạng phái tòa cô lao hồng tuyển
quang chạy phú lâm xuyên trúc đủ cáo thánh tôi trạng chân hát lương ủng ví yên em dung trì hoạch
soát kích xa cấu rồi càng tả giáp sa cạnh dần trấn buộc y đốc sao áo nối kéo cập quý tối bờ tầng
thiếu khởi chu rõ xử đổ cai vốn điển tốc ai gặp thờ cụ làng chiều hỗ nghiệm tiết đôi giám trao
hoá trưng niệm hy tái quanh trào phật thừa bảng khối trai ương dành cũ in trả sắt lược trách
kiểu xứ trời xâm chú i xung mối bốn cha luôn lửa khó đương tra khá mẫu dầu dấu mẹ phúc đỏ tuần
mua vượt ánh đàn thơ bổ trụ suy cảng sóng xảy ngô hưng vĩnh mật rút lai đảm cận phó chứa góp
linh thoại suốt thao hại toán de nghi sâu môi nặng bạc gì cường phiếu rừng sứ trừ quay mông tam
phận nhìn xét hàn đích dễ nhờ đột sai phí kháng tội tỉ hôn căn xuân lòng lạp tách giấy thuế
thiện hương mạc cánh bức trắng đầy da diệt chóng phán giết phù suất bước gái băng lá khắp ổn
tống trương vừa luyện tước tệ ngắn thác tạp loạn thảo khoản phối rập ả thạch bạn vọng mắt đẩy
kính cấm nạn hiểm nắm khắc đăng đem khúc đen liệt bí cầm bãi tần khánh tùy mạch loạt họa đỉnh
tiện thụy mưa ly chinh ấy trải đà ô cát hiểu phê hoà cục tắc kê dữ kiếm chảy ngọc ngăn giản trữ
mỏ hùng hỏi cắt nửa chiếu liền chẳng khủng bắn tứ cuốn tầm trồng ngược vạn khảo bồ bậc chỉnh ưu
bá tô kẻ thuốc mềm thôn nghề thẩm lượt thật chùa thuyền nổ lính đọc họp hãng loan bác tu nô
chủng lẫn san sơ phường dãy nỗ nghiêm quán ngũ pháo ma đẳng vịnh nâng thịnh tan võ cương gửi
phạt kỉ trăm thiệu đền thụ kịch thậm nuôi sớm thí nhu thăng tàn huấn chỗ uy buổi buôn thua vinh
gắn tri cờ xạ chấm vợ tải đúng vân biện nguy khăn xanh hủy cựu tán nhĩ chuyện to dọc màn chuyến
xu nhớ thưởng hút bào thiểu rời đĩa súng đẹp úc đêm dậy món dạy mộ ích nóng xúc tránh gỗ thỏa
hàm sáu nghèo vĩ siêu hơi bánh viễn thẳng cứng trùng nhánh tường giàu phe hè nhiễm sửa bề trú lẽ
kênh thăm hấp kia tờ xưa hòn giác mưu tận tỏ dứt cam sài khổng kém chăm sẵn bày mười đàm liêu
khoáng đòi lào đai lựa ràng bạo dâm luân quỹ vườn tắt trích thù ngang thịt đan xương phức lối
đới tuyệt gió ẩm thoát kì hạm nghe mệnh rã vợt trục thú thọ bom thử mẽ đáp lo bật hoảng trịnh
tàng can lưới rơi rãi khô mai thiệt gòn bạch đo tụ tù lăng tháp lạnh cân sung mét xin đoán chép
khái giảng xưng tạm hiếm dây chặn vong khổ truyện nho khóa bến chợ đồn khiển ngàn dư
"""

COMMON_SYLLABLES: Final = {syllable: rank for rank, syllable in enumerate(_LIST.split())}
"""The most frequent syllables, in lower case and NFC, and their ranks from 0."""
